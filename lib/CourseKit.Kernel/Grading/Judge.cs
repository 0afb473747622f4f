using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Judges answers that are nothing but values, in a process that never runs a student's code. In the student's process a check can be deceived,
/// because the student's code can change everything there.
/// </summary>
/// <param name="teachers">The teacher's notebook. Its cells with <c>#r</c> bring the library with the checks.</param>
/// <param name="run">The processes of the judge.</param>
/// <param name="prepared">Makes the code to run from a cell's source.</param>
internal sealed class Judge(Notebook teachers, SubmissionRun run, Func<string, string> prepared) : IAsyncDisposable
{
    private const int MostAnswer = 100_000;
    private readonly SemaphoreSlim turn = new(1);
    private bool ready;

    /// <summary>The names of the checks that handed in answers.</summary>
    public static IReadOnlyList<string> ChecksOf(IEnumerable<string> answers) => [.. answers.Select(answer => (string?)JsonNode.Parse(answer)?["check"] ?? "")];

    /// <summary>Judges the answers of a check.</summary>
    /// <param name="answers">What the check handed in.</param>
    /// <param name="checks">The names of the checks that the teacher's cell calls.</param>
    /// <returns>Why not all answers are right, in words for the student; null if they are.</returns>
    public async Task<string?> WrongWithAsync(IReadOnlyList<string> answers, IReadOnlyList<string> checks)
    {
        await turn.WaitAsync();
        try
        {
            if (answers.Any(answer => answer.Length > MostAnswer) || !ChecksOf(answers).SequenceEqual(checks))
                return "The check did not hand in the answer that was to be judged.";
            foreach (var code in ready ? [] : teachers.Cells.Where(cell => cell.Kind == CellKind.Code && SourceFacts.Of(cell.Source).LoadsFiles).Select(cell => cell.Source))
                await run.RunAsync(NotebookCell.Code(""), prepared(code), 1);
            ready = true;
            foreach (var answer in answers)
            {
                var end = await run.RunAsync(NotebookCell.Code(""), $"CourseKit.Exercises.Check.Judge({SymbolDisplay.FormatLiteral(answer, quote: true)});", 1);
                ready = end is CellEnd.Passed or CellEnd.Failed;
                if (end != CellEnd.Passed)
                    return run.Error ?? $"The judge of your answer {run.Excuse}.";
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return "The check handed in something else than an answer.";
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await run.DisposeAsync();
        turn.Dispose();
    }
}
