using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Directives;

/// <summary>One cell on its way through the session.</summary>
internal sealed class CellRun(CSharpSession session, CellSource cell, CancellationToken cancel)
{
    private readonly List<Action> atEnd = [];
    private readonly Stack<string> files = [];

    public CSharpSession Session => session;

    public CancellationToken Cancel => cancel;

    /// <summary>Has something done when the cell has ended, well or not.</summary>
    public void AtEnd(Action action) => atEnd.Add(action);

    /// <summary>Runs the cell's steps.</summary>
    /// <returns>Why it failed; null where it did not.</returns>
    public async Task<CellError?> RunAsync()
    {
        var error = await RunAsync(cell, imported: false);
        foreach (var action in atEnd)
            action();
        return error;
    }

    /// <summary>Runs the pieces of an imported file as if they stood in the cell; what their last expressions give is not shown.</summary>
    /// <exception cref="ImportFailedException">One of them failed.</exception>
    public async Task ImportAsync(string path, IEnumerable<CellSource> pieces)
    {
        if (files.Contains(path))
            throw new DirectiveException($"#!import {Path.GetFileName(path)}: the file imports itself.");
        files.Push(path);
        foreach (var piece in pieces)
        {
            if (await RunAsync(piece, imported: true) is { } error)
                throw new ImportFailedException(error);
        }
        files.Pop();
    }

    private async Task<CellError?> RunAsync(CellSource source, bool imported)
    {
        var line = 0;
        try
        {
            var steps = CellParser.Parse(source);
            foreach (var step in steps)
            {
                cancel.ThrowIfCancellationRequested();
                line = (step as DirectiveStep)?.Line ?? 0;
                if (step is DirectiveStep { Directive: var directive, Argument: var argument, Body: var body })
                    await directive.RunAsync(new(this, argument, body));
                else if (step is CodeStep code)
                    await session.EvaluateAsync(code.Source, Show(imported, step == steps[^1]), cancel);
            }
            return null;
        }
        catch (ImportFailedException error)
        {
            return error.Error with { Line = line };
        }
        catch (DirectiveException error)
        {
            line = error.Line > 0 ? error.Line : line;
            return new("DirectiveError", error.Message, [$"DirectiveError: {error.Message}", $"   at {source.Label}, line {line}: {source.Line(line).Trim()}"], line);
        }
        catch (CompilationException error)
        {
            return error.ToError(imported);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return RuntimeError.Describe(new CellStoppedException(null), source);
        }
        catch (Exception error)
        {
            return RuntimeError.Describe(error, source);
        }
    }

    private static Action<object> Show(bool imported, bool last) => value =>
    {
        if (!imported)
            RunningCell.Emit(last ? new ResultOutput(Formatter.Format(value)) : new DisplayOutput(Formatter.Format(value), null, false));
    };
}
