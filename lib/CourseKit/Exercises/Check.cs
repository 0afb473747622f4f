using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

/// <summary>
/// The checks of the exercises. Each tries the student's answer and says at once what holds and what does not. They look at what code does - shapes,
/// values, gradients, which parameters moved - and never at how it is written.
/// </summary>
public static partial class Check
{
    // A copy of all numbers, to be compared to the last bit.
    private static float[] Parameters(nn.Module module) => [.. module.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    private static bool HasGradient(Parameter parameter)
    {
        using var gradient = parameter.grad;
        return gradient is not null && gradient.data<float>().Any(value => value != 0);
    }

    private static void Shape(CheckReport report, string name, long[]? found, long[] expected, params IReadOnlyList<(long[] Shape, string Misconception)> mistakes)
    {
        var mistake = mistakes.FirstOrDefault(mistake => found?.SequenceEqual(mistake.Shape) == true).Misconception;
        report.Expect(found?.SequenceEqual(expected) == true, $"{name} has shape ({string.Join(", ", expected)})",
            found is null ? $"{name} is not answered yet." : $"{name} is not of shape ({string.Join(", ", found)}): {mistake ?? "count again, dimension by dimension."}");
    }

    private static void Value(CheckReport report, Tensor? found, double expected, string what, params IReadOnlyList<(double Value, string Misconception)> mistakes)
    {
        if (!report.Expect(found is not null && found.numel() == 1, "the result is one number",
            found is null ? "nothing was returned: return the loss." : $"the result has shape ({string.Join(", ", found.shape)}), expected one number: take the mean."))
        {
            return;
        }
        var value = found!.to_type(ScalarType.Float64).item<double>();
        var mistake = mistakes.FirstOrDefault(mistake => Near(value, mistake.Value)).Misconception;
        report.Expect(Near(value, expected), what, mistake is null ? $"{what}: found {value:G4}, expected {expected:G4}." : $"{what}; {mistake}");
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-4 * Math.Max(1, Math.Abs(b));
}
