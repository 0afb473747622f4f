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
    private readonly PageNeeds needs = new();
    private readonly Lazy<Assistant> assistant;
    private readonly OtherKernels others = new();
    private static volatile bool begun;
    private bool disposed;

    /// <summary>Begins a session without variables. The first session of a process also redirects the console to the running cell.</summary>
    /// <param name="workingDirectory">The notebook's folder. Relative paths of <c>#r</c> and <c>#!import</c> start from this folder.</param>
    /// <param name="checkout">
    /// The course folder that the program was installed from; null for none. If there is nothing at a relative path of <c>#r</c>, the path's end is
    /// looked for in this folder.
    /// </param>
    /// <exception cref="ArgumentException">A folder's path is empty.</exception>
    public CSharpSession(string workingDirectory, string? checkout = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(workingDirectory);
        engine = new(Path.GetFullPath(workingDirectory), checkout is null ? null : Path.GetFullPath(checkout));
        assistant = new(() => new(engine)); // The assistant loads Roslyn's workspaces. A session that nobody types in does not need them.
        ConsoleCapture.Install();
        ConsoleInput.Install();
        UnobservedErrors.Install();
        AppContext.SetData("notebook.display", (Func<object?, Action<object?>>)(value => DisplayFunctions.display(value).Update));
        AppContext.SetData("notebook.stop", (Action)StopRequest.Check);
        AppContext.SetData("notebook.atend", (Action<Action>)RunningCell.AtEnd);
        AppContext.SetData("notebook.fault", (Func<string, bool>)CellThread.Abandon);
        AppContext.SetData("notebook.formatters", (Action<Type, object>)ConventionFormatter.Register);
    }

    /// <summary>The variables that the cells so far declared, with their current values.</summary>
    public IReadOnlyList<SessionVariable> Variables => engine.Variables;

    /// <summary>Runs one cell: C# with directives (<c>#r</c>, <c>#!import</c>, <c>#!markdown</c>, ...; <c>#!lsmagic</c> lists them).</summary>
    /// <param name="code">The cell's source.</param>
    /// <param name="cellName">The cell's name in error messages: "at cell NAME, line N".</param>
    /// <param name="output">
    /// Called with each output, in order, one call at a time, from any thread. The function must not throw and must not wait for the cell.
    /// </param>
    /// <param name="input">
    /// Answers reads from the console, such as <c>Console.ReadLine</c>. The function runs on the reading thread and may block. Null for no input.
    /// </param>
    /// <param name="language">The language by the cell's metadata, up to the first line that names one, such as <c>#!csharp</c>; null for C#.</param>
    /// <param name="cancel">Stops the cell at any place in managed code. Variables keep the values that the cell has assigned.</param>
    /// <returns>How the cell ended. An error in the cell's code is not thrown. The error is sent to the output and is in the result.</returns>
    /// <exception cref="ObjectDisposedException">The session has ended.</exception>
    public Task<CellResult> RunAsync(
        string code, string cellName, Action<CellOutput> output, Func<InputRequest, string>? input = null, string? language = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        var cell = new CellSource($"cell {cellName}", code) { Language = language };
        return RunAsync(() => new CellRun(engine, cell, others, (expression, stop) => assistant.Value.HelpAsync(expression, stop), cancel).RunAsync(), output, input, needs.Of(code));
    }

    /// <summary>
    /// Runs three small cells without effect, so that the compiler is already loaded when the first real cell arrives. Call this method while the
    /// process has nothing else to do. A real cell waits for the small cell that is running; the small cells after that are skipped.
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
            // A real cell that arrives now waits here. If both cells ran at the same time, both would load the same code, and the real cell would
            // be slower.
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

    /// <summary>Stops a cell that was asked to stop and still runs: its clean-up gets no more time, and all processes that cells started end.</summary>
    internal static void StopAgain() => StopRequest.Insist();

    /// <summary>Kills all processes that cells started. For a process that is about to end.</summary>
    internal static void EndChildren() => ChildProcesses.KillAll();

    /// <summary>
    /// Runs notebook code that the host calls, for example a handler that a cell registered for comm messages. The code runs on the cells' thread,
    /// and never at the same time as a cell.
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
        output, input: null, carries: null);

    private async Task<CellResult> RunAsync(Func<Task<CellError?>> run, Action<CellOutput> output, Func<InputRequest, string>? input, Func<PageNeed, bool>? carries)
    {
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(disposed, this);
        begun = true;
        await Turn.WaitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            using var running = new RunningCell(output, input, carries);
            var error = await run();
            running.RunAtEnd();
            NativeOutput.Complete();
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
    /// Finds the completions for a position in a cell that is being written. Another cell may run at the same time. The first call takes longer,
    /// because it loads Roslyn's editor services.
    /// </summary>
    /// <param name="code">The cell's source so far, which may have errors.</param>
    /// <param name="position">The position, as a UTF-16 index into the code.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the code.</exception>
    public Task<CompletionResult> CompleteAsync(string code, int position, CancellationToken cancel = default)
    {
        Check(code, position);
        return assistant.Value.CompleteAsync(code, position, cancel);
    }

    /// <summary>
    /// Describes the name at a position in a cell: declaration, documentation and the value of a variable. If the position is in the arguments of
    /// a call and there is no name, describes the called method.
    /// </summary>
    /// <param name="code">The cell's source so far, which may have errors.</param>
    /// <param name="position">The position, as a UTF-16 index into the code.</param>
    /// <param name="detailed">True to add exceptions, remarks and more overloads (up to 40 in all).</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <returns>Markdown and plain text; null if nothing is known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the code.</exception>
    public Task<MimeBundle?> InspectAsync(string code, int position, bool detailed = false, CancellationToken cancel = default)
    {
        Check(code, position);
        return assistant.Value.InspectAsync(code, position, detailed, cancel);
    }

    /// <summary>Tells from the syntax whether a cell is complete, needs more lines, or has an error.</summary>
    /// <param name="code">The cell's source so far.</param>
    public static CodeCompleteness CheckComplete(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return Completeness.Of(code);
    }

    /// <summary>Ends the session. A running cell is not stopped, nor are the threads that cells started.</summary>
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
