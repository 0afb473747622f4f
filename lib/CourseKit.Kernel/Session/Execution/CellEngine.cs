using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Packages;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Holds what the cells of a session share: their folder, their references, their declarations, and the thread that they run on.
/// The engine compiles and runs one piece of C# after the other.
/// </summary>
internal sealed class CellEngine : IDisposable
{
    private readonly CellThread thread = new();
    private readonly SubmissionChain chain;

    /// <summary>Begins without variables.</summary>
    /// <param name="workingDirectory">Relative paths of <c>#r</c> and <c>#!import</c> start from this folder.</param>
    /// <param name="checkout">The folder where <c>#r</c> looks for what is not there; null for none.</param>
    public CellEngine(string workingDirectory, string? checkout = null)
    {
        WorkingDirectory = workingDirectory;
        Checkout = checkout;
        var context = new NotebookLoadContext();
        References = new(context);
        Packages = new(References, context, workingDirectory);
        chain = new(context, References);
    }

    public string WorkingDirectory { get; }

    public string? Checkout { get; }

    public ReferenceSet References { get; }

    public PackageSet Packages { get; }

    /// <summary>The code that was run on behalf of cells, each piece once.</summary>
    public HashSet<string> Preludes { get; } = [];

    /// <summary>The variables that were declared so far, with their current values.</summary>
    public IReadOnlyList<SessionVariable> Variables => chain.Variables;

    /// <summary>The compiler's inputs for a cell that is being written.</summary>
    public NextSubmission Next => chain.Next;

    /// <summary>
    /// Compiles and runs C#. If the last expression has a value that is not null, <paramref name="result"/> gets the value on the cells' thread.
    /// </summary>
    /// <exception cref="CompilationException">The code has errors.</exception>
    public Task EvaluateAsync(CellSource source, Action<object> result, CancellationToken cancel)
    {
        var submission = chain.Compile(source, cancel);
        return RunOnThreadAsync(
            async () =>
            {
                if (await submission() is { } value)
                    result(value);
            },
            cancel);
    }

    /// <summary>Runs code on the cells' thread, where the token can stop it.</summary>
    public async Task RunOnThreadAsync(Func<Task> body, CancellationToken cancel)
    {
        StopRequest.Rearm();
        using var request = cancel.UnsafeRegister(_ => StopRequest.Ask(), null);
        await thread.RunAsync(body, cancel);
    }

    /// <summary>Ends the cells' thread when the running cell has ended.</summary>
    public void Dispose()
    {
        InteractiveFormatter.Forget();
        thread.Dispose();
    }
}
