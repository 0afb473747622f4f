using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Assist;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Directives;
using CourseKit.Kernel.Session.Execution;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session;

/// <summary>
/// A C# notebook's session. Cells run one after the other and see the declarations of earlier cells, even of cells that failed or were stopped.
/// The console belongs to the process, so the cells of several sessions in one process take turns.
/// </summary>
public sealed class CSharpSession : IAsyncDisposable
{
    private static readonly SemaphoreSlim Turn = new(1);
    private readonly CellEngine engine;
    private readonly Lazy<Assistant> assistant;
    private static volatile bool begun;
    private bool disposed;

    /// <summary>Begins a session without variables.</summary>
    /// <param name="workingDirectory">The folder that relative paths of <c>#r</c> and <c>#!import</c> start from: the notebook's.</param>
    public CSharpSession(string workingDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(workingDirectory);
        engine = new(Path.GetFullPath(workingDirectory));
        assistant = new(() => new(engine)); // The assistant loads the editor services. A session that nobody types in does not need them.
        ConsoleCapture.Install();
        ConsoleInput.Install();
        UnobservedErrors.Install();
        AppContext.SetData("notebook.display", (Func<object?, Action<object?>>)(value => DisplayFunctions.display(value).Update));
        AppContext.SetData("notebook.stop", (Action)StopRequest.Check);
        AppContext.SetData("notebook.formatters", (Action<Type, object>)ConventionFormatter.Register);
    }

    /// <summary>The variables that the cells so far declared, with their current values.</summary>
    public IReadOnlyList<SessionVariable> Variables => engine.Variables;

    /// <summary>Runs one cell: C# with directives (<c>#r</c>, <c>#!import</c>, <c>#!markdown</c>, ...; <c>#!lsmagic</c> lists them).</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="cellName">The cell's name in error messages: "at cell NAME, line N".</param>
    /// <param name="output">
    /// Gets the outputs while the cell runs, in order, one call at a time, from any thread. It must not throw, and it must not wait for the cell.
    /// </param>
    /// <param name="input">Answers reads from the console. It runs on the thread that reads, which it may block. Null if nobody can answer.</param>
    /// <param name="cancel">Stops the cell, wherever its thread is in managed code. Values that it has assigned stay.</param>
    /// <returns>How the cell ended. An error of the cell's code is an output and in the result, and is never thrown.</returns>
    /// <exception cref="ObjectDisposedException">The session has ended.</exception>
    public Task<CellResult> RunAsync(
        string code, string cellName, Action<CellOutput> output, Func<InputRequest, string>? input = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        var cell = new CellSource($"cell {cellName}", code);
        return RunAsync(() => new CellRun(engine, cell, (code, stop) => InspectAsync(code, code.Length, detailed: true, stop), cancel).RunAsync(), output, input);
    }

    /// <summary>
    /// Compiles and runs some code of no effect in a session of its own, so that the first cell of the process finds the compiler loaded. This is
    /// meant for the time before anybody asks for a cell. When a cell comes, only the work that both need is completed.
    /// </summary>
    public static async Task WarmUpAsync()
    {
        string[] cells =
        [
            "1 + 1",
            "var n = Enumerable.Range(0, 3).Select(i => 2 * i).ToList();\nif (n.Count > 3)\n    Console.WriteLine($\"{n}\");\nn",
            "int F(int i) => i + n[0];\nawait Task.Yield();\nthrow new Exception();",
        ];
        using var other = new CellEngine(Environment.CurrentDirectory);
        foreach (var cell in cells.Select(code => new CellSource("", code)))
        {
            if (begun)
                return;
            // A cell that comes now waits. If both ran at the same time, both would load the same code, each twice as slowly.
            await Turn.WaitAsync(CancellationToken.None);
            try
            {
                var beside = Task.Run(() => CellParser.Parse(cell));
                await other.EvaluateAsync(cell, value => Formatter.Format(value), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                await beside;
            }
            catch (Exception error)
            {
                _ = RuntimeError.Describe(error, cell);
            }
            finally
            {
                Turn.Release();
            }
        }
    }

    /// <summary>
    /// Runs a host's call into notebook code, for example a handler that a cell left with the host. It runs on the cells' thread and in turn with
    /// the cells.
    /// </summary>
    internal Task<CellResult> InvokeAsync(Action body, string name, Action<CellOutput> output, CancellationToken cancel) => RunAsync(
        async () =>
        {
            try
            {
                await engine.RunOnThreadAsync(
                    () =>
                    {
                        body();
                        return Task.CompletedTask;
                    },
                    cancel);
                return null;
            }
            catch (Exception error)
            {
                return RuntimeError.Describe(error, new CellSource(name, ""));
            }
        },
        output, input: null);

    private async Task<CellResult> RunAsync(Func<Task<CellError?>> run, Action<CellOutput> output, Func<InputRequest, string>? input)
    {
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(disposed, this);
        begun = true;
        await Turn.WaitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            using var running = new RunningCell(output, input);
            var error = await run();
            if (error is not null)
                RunningCell.Emit(error);
            return new(error);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>
    /// Finds the completions for a place of a cell that is being written, also while another cell runs. The first call takes longer, because it
    /// loads what it needs.
    /// </summary>
    /// <param name="code">The cell's source so far; it may have errors.</param>
    /// <param name="position">The place, as a UTF-16 index into the code.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the code.</exception>
    public Task<CompletionResult> CompleteAsync(string code, int position, CancellationToken cancel = default)
    {
        Check(code, position);
        return assistant.Value.CompleteAsync(code, position, cancel);
    }

    /// <summary>
    /// Describes the name at or just before a place of a cell, or the method whose arguments stand there: its declaration, its documentation,
    /// a variable's value.
    /// </summary>
    /// <param name="code">The cell's source so far; it may have errors.</param>
    /// <param name="position">The place, as a UTF-16 index into the code.</param>
    /// <param name="detailed">True for all overloads, exceptions and remarks too.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Markdown and plain text; null if nothing is known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the code.</exception>
    public Task<MimeBundle?> InspectAsync(string code, int position, bool detailed = false, CancellationToken cancel = default)
    {
        Check(code, position);
        return assistant.Value.InspectAsync(code, position, detailed, cancel);
    }

    /// <summary>Whether a cell could run as it stands, or needs more lines.</summary>
    /// <param name="code">The cell's source so far.</param>
    public static CodeCompleteness CheckComplete(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return Completeness.Of(code);
    }

    /// <summary>Ends the session. A thread that a cell left behind goes on until the process ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (!disposed)
            engine.Dispose();
        disposed = true;
        return ValueTask.CompletedTask;
    }

    private static void Check(string code, int position)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, code.Length);
    }
}
