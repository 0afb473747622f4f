using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Execution;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>Runs one cell step by step.</summary>
/// <param name="engine">Compiles and runs the cell's C#.</param>
/// <param name="cell">The cell.</param>
/// <param name="inspect">Describes an expression; null if nothing is known. A function of the session, because the session has the assistant.</param>
/// <param name="cancel">Stops the cell.</param>
internal sealed class CellRun(CellEngine engine, CellSource cell, Func<string, CancellationToken, Task<MimeBundle?>> inspect, CancellationToken cancel)
{
    private readonly List<Action> atEnd = [];
    private readonly Stack<string> files = [];

    public CellEngine Engine => engine;

    public CellSource Cell => cell;

    public CancellationToken Cancel => cancel;

    /// <summary>Describes an expression, such as the name of a type, member or variable; null if nothing is known.</summary>
    public Task<MimeBundle?> InspectAsync(string expression) => inspect(expression, cancel);

    /// <summary>Adds an action that runs when the cell has ended, with success or without.</summary>
    public void AtEnd(Action action) => atEnd.Add(action);

    /// <summary>Runs the cell's steps.</summary>
    /// <returns>Why the cell failed; null if it did not.</returns>
    public async Task<CellError?> RunAsync()
    {
        var error = await RunAsync(cell, imported: false);
        foreach (var action in atEnd)
            action();
        return error;
    }

    /// <summary>Runs the pieces of an imported file as if they stood in the cell. The values of their last expressions are not shown.</summary>
    /// <exception cref="ImportFailedException">A piece failed.</exception>
    /// <exception cref="DirectiveException">The file imports itself.</exception>
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
                    await engine.EvaluateAsync(code.Source, Show(imported, step == steps[^1]), cancel);
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
