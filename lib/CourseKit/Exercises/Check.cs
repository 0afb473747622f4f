using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Display;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

/// <summary>
/// The checks of the exercises. Each check tries the student's answer and says at once what is right and what is wrong. The checks look at what
/// the code does (shapes, values, gradients, which parameters moved). They never look at how the code is written.
/// </summary>
public static partial class Check
{
    /// <summary>Runs a check on values that were answered in another process. The grader calls this; a lesson does not need it.</summary>
    /// <param name="answer">JSON with the name of a check that needs nothing but values, and its arguments.</param>
    /// <exception cref="CheckFailedException">The check says that something is wrong.</exception>
    /// <exception cref="ArgumentException">There is no such check, or the values are not of its types.</exception>
    public static void Judge(string answer)
    {
        try
        {
            var json = JsonNode.Parse(answer)!;
            var (check, values) = (typeof(Check).GetMethod((string?)json["check"] ?? "", BindingFlags.Public | BindingFlags.Static), json["values"]!.AsArray());
            if (check is null || check.Name == nameof(Judge) || check.GetParameters() is var parameters && parameters.Length != values.Count)
                throw new ArgumentException("There is no check of that name and with as many values.");
            check.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [.. values.Zip(parameters, (value, parameter) => value.Deserialize(parameter.ParameterType))], null);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or NotSupportedException)
        {
            throw new ArgumentException($"These are no values of a check: {e.Message}", nameof(answer), e);
        }
    }

    // Copies the values of all parameters, so that a check sees whether a step changed them.
    private static float[] Parameters(nn.Module module) => [.. module.parameters().SelectMany(parameter => parameter.cpu().data<float>().ToArray())];

    private static bool HasGradient(Parameter parameter)
    {
        using var gradient = parameter.grad;
        return gradient is not null && gradient.cpu().data<float>().Any(value => value != 0);
    }

    private static void Shape(CheckReport report, string name, long[]? found, long[] expected, params IReadOnlyList<(long[] Shape, string Misconception)> mistakes)
    {
        var mistake = mistakes.FirstOrDefault(mistake => found?.SequenceEqual(mistake.Shape) == true).Misconception;
        report.Expect(found?.SequenceEqual(expected) == true, $"{name} has shape ({string.Join(", ", expected)})",
            found is null ? $"{name} is not answered yet." : $"{name} is not of shape ({string.Join(", ", found)}): {mistake ?? "count again, dimension by dimension."}");
    }

    // Accepts a wrong prediction, too. The student only has to make one before the experiment.
    private static void Prediction(CheckReport report, string? found, params string[] choices) => report.Expect(
        choices.Contains(found?.Trim().ToLowerInvariant()), $"you predicted \"{found?.Trim()}\"",
        string.IsNullOrWhiteSpace(found) ? "no prediction yet: write one before you run the experiment. A wrong one costs nothing."
            : $"\"{found}\" is none of the choices: {string.Join(", ", choices.Select(choice => $"\"{choice}\""))}.");

    // Says neither which letters are wrong nor how many, because a student who tries letters would be led to the right ones. The reasons come with the
    // right answer.
    private static void Statements(CheckReport report, string? found, params IReadOnlyList<(char Letter, bool Holds, string Why)> statements)
    {
        var chosen = (found ?? "").ToLowerInvariant().Where(char.IsLetter).Distinct().Order().ToArray();
        if (!report.Expect(chosen.Length > 0, "you explained", "no explanation yet: write the letters of the statements that hold, such as \"ab\"."))
            return;
        var unknown = chosen.Except(statements.Select(statement => statement.Letter)).ToArray();
        if (!report.Expect(unknown.Length == 0, "all letters are among the statements", $"there is no statement {string.Join(", ", unknown)}."))
            return;
        var right = statements.All(statement => statement.Holds == chosen.Contains(statement.Letter));
        if (!report.Expect(right, "exactly the statements that hold", $"found \"{new string(chosen)}\", expected the letters of all statements that hold and of no other. "
            + "Take them one by one: which of the figures above speaks for it, which against it?"))
        {
            return;
        }
        foreach (var (letter, holds, why) in statements)
            report.Expect(true, $"{letter} {(holds ? "holds" : "does not hold")}: {why}", "");
    }

    private static void Value(CheckReport report, Tensor? found, double expected, string what, params IReadOnlyList<(double Value, string Misconception)> mistakes)
    {
        if (!report.Expect(found is not null && found.numel() == 1, "the result is one number",
            found is null ? "nothing was returned: return the loss." : $"the result has shape {ShapeText.Of(found)}, expected one number: take the mean."))
        {
            return;
        }
        var value = found!.to_type(ScalarType.Float64).item<double>();
        var mistake = mistakes.FirstOrDefault(mistake => Near(value, mistake.Value)).Misconception;
        report.Expect(Near(value, expected), what, Invariant($"{what}: found {value:G4}, expected {expected:G4}{(mistake is null ? "." : $"; {mistake}")}"));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-4 * Math.Max(1, Math.Abs(b));

    // Checks one number per picture. The shape is checked first, because a wrong shape means that the student reduced the wrong dimensions.
    private static void Each(CheckReport report, Tensor? found, Tensor expected, long batch, string what, params IReadOnlyList<(Tensor Value, string Misconception)> mistakes)
    {
        if (!report.Expect(found is not null && found.shape.SequenceEqual([batch]), "one number for each of the minibatch", found is null ? "nothing was returned."
            : found.ndim == 0 ? $"it is one number for all: expected one for each of the minibatch, ({batch})."
            : $"it goes over the wrong dimensions: expected ({batch}), got {ShapeText.Of(found)}."))
        {
            return;
        }
        var misconception = mistakes.FirstOrDefault(mistake => Matches(found!, mistake.Value)).Misconception;
        report.Expect(Matches(found!, expected), what, $"{what}: {Difference(found!, expected)}{(misconception is null ? "." : $"; {misconception}")}");
    }

    // Checks shape and values. A known mistake is recognised if its shape and its values match.
    private static void Same(CheckReport report, Tensor? found, Tensor expected, string what, params IReadOnlyList<(Tensor Value, string Misconception)> mistakes)
    {
        var misconception = mistakes.FirstOrDefault(mistake => found is not null && Matches(found, mistake.Value)).Misconception;
        report.Expect(found is not null && Matches(found, expected), what,
            found is null ? "nothing was returned."
            : !found.shape.SequenceEqual(expected.shape)
                ? $"it has shape {ShapeText.Of(found)}, expected {ShapeText.Of(expected)}{(misconception is null ? "." : $": {misconception}")}"
            : $"{what}: {Difference(found, expected)}{(misconception is null ? "." : $"; {misconception}")}");
    }

    // Where two tensors of one shape differ most, and what stands there, e.g. "found 0.5 at [0, 3], expected 1".
    private static string Difference(Tensor found, Tensor expected)
    {
        var (a, b) = (found.detach().to_type(ScalarType.Float32).flatten(), expected.to_type(ScalarType.Float32).flatten());
        var at = (a - b).abs().argmax().item<long>();
        var rest = at;
        var place = expected.shape.Reverse().Select(size => (rest % size, rest /= size).Item1).Reverse().ToArray();
        return Invariant($"found {a[at].item<float>():G4} at [{string.Join(", ", place)}], expected {b[at].item<float>():G4}");
    }

    private static bool Matches(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.to_type(ScalarType.Float32).allclose(b.to_type(ScalarType.Float32), rtol: 1e-3, atol: 1e-4);
}
