using CourseKit.Kernel.Directives;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session;

/// <summary>
/// A C# notebook's session: cells run one after the other and see what those before declared, also where those failed or were stopped.
/// The console belongs to the process, so the cells of several sessions in one process take turns.
/// </summary>
public sealed class CSharpSession : IAsyncDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);
    private readonly NotebookLoadContext context = new();
    private readonly CellThread thread = new();
    private readonly SubmissionChain chain;
    private bool disposed;

    /// <summary>Begins a session without variables.</summary>
    /// <param name="workingDirectory">The folder that relative paths of <c>#r</c> and <c>#!import</c> start from: the notebook's.</param>
    public CSharpSession(string workingDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(workingDirectory);
        WorkingDirectory = Path.GetFullPath(workingDirectory);
        References = new(context);
        Packages = new(References, context);
        chain = new(context, References);
        ConsoleCapture.Install();
        UnobservedErrors.Install();
        AppContext.SetData("notebook.display", (Func<object?, Action<object?>>)(value => DisplayFunctions.display(value).Update));
        AppContext.SetData("notebook.formatters", (Action<Type, object>)ConventionFormatter.Register);
    }

    /// <summary>The variables that the cells so far declared, with what they hold now.</summary>
    public IReadOnlyList<SessionVariable> Variables => chain.Variables;

    internal string WorkingDirectory { get; }

    internal ReferenceSet References { get; }

    internal PackageSet Packages { get; }

    /// <summary>Runs one cell: C# with directives (<c>#r</c>, <c>#!import</c>, <c>#!markdown</c>, ...; <c>#!lsmagic</c> lists them).</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="cellName">How error messages call it: "at cell NAME, line N".</param>
    /// <param name="output">Gets the outputs while the cell runs, in order, one call at a time, from any thread. Must not throw, nor wait for the cell.</param>
    /// <param name="cancel">Stops the cell, wherever its thread is in managed code; what it assigned so far stays.</param>
    /// <returns>How it ended. An error of the cell's code is an output and in the result, never thrown.</returns>
    /// <exception cref="ObjectDisposedException">The session has ended.</exception>
    public async Task<CellResult> RunAsync(string code, string cellName, Action<CellOutput> output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(disposed, this);
        await Turn.WaitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using var running = new RunningCell(output);
            var run = new CellRun(this, new CellSource($"cell {cellName}", code), cancel);
            var error = await run.RunAsync();
            if (error is not null)
                RunningCell.Emit(error);
            return new(error);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Ends the session. A thread that a cell left behind goes on until the process ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (!disposed)
            thread.Dispose();
        disposed = true;
        return ValueTask.CompletedTask;
    }

    internal CellError Describe(Exception error, CellSource cell) => RuntimeError.Describe(error, chain.SourceOf, cell);

    /// <summary>Compiles and runs C#; what its last expression gives goes to <paramref name="result"/>, on the cell's thread.</summary>
    internal Task EvaluateAsync(CellSource source, Action<object> result, CancellationToken cancel)
    {
        var submission = chain.Compile(source, cancel);
        return thread.RunAsync(
            async () =>
            {
                if (await submission() is { } value)
                    result(value);
            },
            cancel);
    }
}
