using System.Collections.Immutable;
using System.Globalization;
using CourseKit.Kernel.Display;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A piece of code does not compile.</summary>
/// <param name="source">The code.</param>
/// <param name="errors">The compiler's errors, in the order of the code.</param>
/// <param name="remedy">What to do about all of them, in a sentence; null if nothing can be said.</param>
internal sealed class CompilationException(CellSource source, ImmutableArray<Diagnostic> errors, string? remedy = null) : Exception
{
    private const int MaxErrors = 10, MaxWidth = 200;

    public ImmutableArray<Diagnostic> Errors => errors;

    /// <summary>The same errors with a sentence on what to do about them.</summary>
    public CompilationException With(string advice) => new(source, errors, advice);

    /// <summary>
    /// Joins the first ten errors into one error of the cell. The traceback shows each with its position and its line of code. Below an error that
    /// comes from a limit of scripts there is a hint, once for all errors that it explains.
    /// </summary>
    /// <param name="imported">True if the code comes from an imported file. Each position then starts with the file's name.</param>
    public CellError ToError(bool imported)
    {
        List<string> messages = [], traceback = [];
        HashSet<string> hints = [];
        foreach (var error in errors.Take(MaxErrors))
        {
            var at = error.Location.GetLineSpan().StartLinePosition;
            var place = string.Create(CultureInfo.InvariantCulture, $"({at.Line + 1},{at.Character + 1})");
            messages.Add($"{(imported ? source.Label : "")}{place}: error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}");
            traceback.Add(messages[^1]);
            var line = source.Line(at.Line + 1);
            if (line.Length is > 0 and <= MaxWidth)
            {
                // Tabs before the caret are kept, so that the caret stays under its column, however wide the front end draws a tab.
                traceback.Add("    " + line);
                traceback.Add("    " + string.Concat(line.Take(at.Character).Select(c => c == '\t' ? '\t' : ' ')) + "^");
            }
            if (ScriptHints.For(error) is { } hint && hints.Add(hint))
            {
                messages.Add($"hint: {hint}");
                traceback.Add(messages[^1]);
            }
        }
        if (remedy is not null)
        {
            messages.Add($"hint: {remedy}");
            traceback.Add(messages[^1]);
        }
        if (errors.Length > MaxErrors)
            traceback.Add($"... and {errors.Length - MaxErrors} more errors");
        return new("CompilationError", string.Join('\n', messages), traceback, errors[0].Location.GetLineSpan().StartLinePosition.Line + 1);
    }
}
