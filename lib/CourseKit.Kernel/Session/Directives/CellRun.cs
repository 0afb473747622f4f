using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Execution;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Packages;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>Runs one cell step by step.</summary>
/// <param name="engine">Compiles and runs the cell's C#.</param>
/// <param name="cell">The cell.</param>
/// <param name="others">What the session keeps in place of other kernels.</param>
/// <param name="help">
/// Describes an expression. If nothing is known, the page is null and there may be names that were perhaps meant. A function of the session, because
/// the session has the assistant.
/// </param>
/// <param name="cancel">Stops the cell.</param>
internal sealed class CellRun(CellEngine engine, CellSource cell, OtherKernels others, Func<string, CancellationToken, Task<(MimeBundle? Page, IReadOnlyList<string> Near)>> help, CancellationToken cancel)
{
    private readonly Stack<string> files = [];

    public CellEngine Engine => engine;

    public CellSource Cell => cell;

    public OtherKernels Others => others;

    public CancellationToken Cancel => cancel;

    /// <summary>Where relative paths start, in words.</summary>
    public string PathsStart => files.TryPeek(out var file)
        ? $"Relative paths start from the folder of {Path.GetFileName(file)}." : "Relative paths start from the notebook's folder.";

    /// <summary>Describes an expression, such as the name of a type, member or variable. If nothing is known, gives names that are like it.</summary>
    public Task<(MimeBundle? Page, IReadOnlyList<string> Near)> HelpAsync(string expression) => help(expression, cancel);

    /// <summary>The full path of a file that a directive names. Relative paths start from the folder of the imported file that is running, or of the notebook.</summary>
    public string PathOf(string name) =>
        Path.GetFullPath(name.Replace('\\', '/'), files.TryPeek(out var file) ? Path.GetDirectoryName(file)! : engine.WorkingDirectory);

    /// <summary>Runs the cell's steps.</summary>
    /// <returns>Why the cell failed; null if it did not.</returns>
    public Task<CellError?> RunAsync() => RunAsync(cell, imported: false);

    /// <summary>Runs the pieces of an imported file as if they stood in the cell. The values of their last expressions are not shown.</summary>
    /// <exception cref="ImportFailedException">A piece failed.</exception>
    /// <exception cref="DirectiveException">The file imports itself.</exception>
    public async Task ImportAsync(string path, IEnumerable<CellSource> pieces)
    {
        if (files.Contains(path))
        {
            var through = files.Peek() == path ? "" : $", by way of {Path.GetFileName(files.Peek())}";
            throw new DirectiveException($"#!import {Path.GetFileName(path)}: the file imports itself{through}. Remove one of these imports.");
        }
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
            var steps = CellParser.Parse(source, others.Connected);
            foreach (var step in steps)
            {
                cancel.ThrowIfCancellationRequested();
                line = (step as DirectiveStep)?.Line ?? 0;
                if (step is DirectiveStep { Directive: var directive, Argument: var argument, Body: var body })
                    await directive.RunAsync(new(this, argument, body));
                else if (step is CodeStep code)
                    await EvaluateAsync(code.Source, Show(imported, step == steps[^1]));
            }
            return null;
        }
        catch (ImportFailedException error)
        {
            return error.Error with { Line = line, Traceback = [.. error.Error.Traceback, Place()] };
        }
        catch (DirectiveException error)
        {
            line = error.Line > 0 ? error.Line : line;
            return new("DirectiveError", error.Message, [$"DirectiveError: {error.Message}", Place()], line);
        }
        catch (CompilationException error)
        {
            return error.ToError(imported);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return RuntimeError.Describe(new CellStoppedException(null), source);
        }
        catch (CellStoppedException error)
        {
            return RuntimeError.Describe(error, source);
        }
        catch (Exception error)
        {
            return await DescribeAsync(error, source);
        }

        string Place() => $"   at {source.Label}, line {line}: {source.Line(line).Trim()}";
    }

    // A cell written for .NET Interactive uses its formatter without a reference. So the package is added when the compiler misses it.
    private async Task EvaluateAsync(CellSource code, Action<object> show)
    {
        if (engine.References.Has(InteractiveFormatter.AssemblyName))
            await PreludeAsync(InteractivePackage.Prelude);
        try
        {
            await engine.EvaluateAsync(code, show, cancel);
        }
        catch (CompilationException error) when (error.Errors.Any(InteractivePackage.IsNamedIn))
        {
            await AddInteractiveAsync(error);
            await PreludeAsync(InteractivePackage.Prelude);
            if (error.Errors.Any(InteractivePackage.IsTag))
                await PreludeAsync(InteractivePackage.TagsPrelude);
            await engine.EvaluateAsync(code, show, cancel);
        }
    }

    private async Task PreludeAsync(string code)
    {
        if (engine.Preludes.Add(code))
            await engine.EvaluateAsync(new("the names of .NET Interactive", code), _ => { }, cancel);
    }

    private async Task AddInteractiveAsync(CompilationException missing)
    {
        try
        {
            await engine.Packages.AddAsync(InteractivePackage.Package, cell.Label, cancel);
        }
        catch (ReferenceException error)
        {
            throw missing.With($"this cell uses the formatter of .NET Interactive, whose package cannot be had now. {error.Message}");
        }
    }

    // The message is made by code of the exception's class, which may never end. On the cells' thread a stop reaches this code.
    private async Task<CellError> DescribeAsync(Exception error, CellSource source)
    {
        try
        {
            CellError? described = null;
            await engine.RunOnThreadAsync(
                () =>
                {
                    described = RuntimeError.Describe(error, source);
                    return Task.CompletedTask;
                },
                cancel);
            return described!;
        }
        catch (CellStoppedException stopped)
        {
            return RuntimeError.Describe(stopped, source);
        }
    }

    private static Action<object> Show(bool imported, bool last) => value =>
    {
        // The value of `display(x)` is a handle. The student sees x already.
        if (!imported && value is not DisplayedValue)
            RunningCell.Emit(last ? new ResultOutput(Formatter.Format(value)) : new DisplayOutput(Formatter.Format(value), null, false));
    };
}
