using System.Collections.Immutable;
using System.Globalization;
using CourseKit.Kernel.Display;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A piece of code has errors.</summary>
internal sealed class CompilationException(CellSource source, ImmutableArray<Diagnostic> errors) : Exception
{
    private const int MaxErrors = 10, MaxWidth = 200;

    /// <summary>The errors as the cell's: each with its place and the line it stands in.</summary>
    /// <param name="imported">Whether the code is another file's, so that each place must name it.</param>
    public CellError ToError(bool imported)
    {
        List<string> messages = [], traceback = [];
        foreach (var error in errors.Take(MaxErrors))
        {
            var at = error.Location.GetLineSpan().StartLinePosition;
            var place = string.Create(CultureInfo.InvariantCulture, $"({at.Line + 1},{at.Character + 1})");
            messages.Add($"{(imported ? source.Label : "")}{place}: error {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}");
            traceback.Add(messages[^1]);
            var line = source.Line(at.Line + 1);
            if (line.Length is > 0 and <= MaxWidth)
            {
                // A tab before the caret keeps it under its column, however wide the front end draws it.
                traceback.Add("    " + line);
                traceback.Add("    " + string.Concat(line.Take(at.Character).Select(c => c == '\t' ? '\t' : ' ')) + "^");
            }
        }
        if (errors.Length > MaxErrors)
            traceback.Add($"... and {errors.Length - MaxErrors} more errors");
        return new("CompilationError", string.Join('\n', messages), traceback, errors[0].Location.GetLineSpan().StartLinePosition.Line + 1);
    }
}
