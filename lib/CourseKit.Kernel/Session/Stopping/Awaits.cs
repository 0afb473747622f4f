using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Lets a stop end what cells await. The session replaces the calls of <c>GetAwaiter</c> and <c>ConfigureAwait</c> in the code of cells by calls of
/// these methods. After a stop, the await throws; so the finally blocks of the async method run.
/// </summary>
#pragma warning disable CA2012 // An awaiter consumes its task once, and the compiler consumes the awaiter once.
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Awaits
{
    private static volatile CancellationTokenSource stop = new();

    /// <summary>Ends all awaits of cells.</summary>
    internal static void Cancel() => _ = stop.CancelAsync(); // What follows an await must not run on the caller's thread.

    /// <summary>Lets cells await again.</summary>
    internal static void Rearm() => stop = new(); // The old source is not disposed: code that was stopped may still look at it.

    /// <summary>The awaiter of a task that a stop ends.</summary>
    public static TaskAwaiter GetAwaiter(Task task) => Stoppable(task).GetAwaiter();

    /// <inheritdoc cref="GetAwaiter(Task)"/>
    public static TaskAwaiter<T> GetAwaiter<T>(Task<T> task) => Stoppable(task).GetAwaiter();

    /// <inheritdoc cref="GetAwaiter(Task)"/>
    public static ValueTaskAwaiter GetAwaiter(ref ValueTask task) => Stoppable(task).GetAwaiter();

    /// <inheritdoc cref="GetAwaiter(Task)"/>
    public static ValueTaskAwaiter<T> GetAwaiter<T>(ref ValueTask<T> task) => Stoppable(task).GetAwaiter();

    /// <summary>The configured awaitable of a task that a stop ends.</summary>
    public static ConfiguredTaskAwaitable ConfigureAwait(Task task, bool continueOnCapturedContext) => Stoppable(task).ConfigureAwait(continueOnCapturedContext);

    /// <inheritdoc cref="ConfigureAwait(Task, bool)"/>
    public static ConfiguredTaskAwaitable<T> ConfigureAwait<T>(Task<T> task, bool continueOnCapturedContext) => Stoppable(task).ConfigureAwait(continueOnCapturedContext);

    /// <inheritdoc cref="ConfigureAwait(Task, bool)"/>
    public static ConfiguredTaskAwaitable ConfigureAwait(Task task, ConfigureAwaitOptions options) => Stoppable(task).ConfigureAwait(options);

    /// <inheritdoc cref="ConfigureAwait(Task, bool)"/>
    public static ConfiguredTaskAwaitable<T> ConfigureAwait<T>(Task<T> task, ConfigureAwaitOptions options) => Stoppable(task).ConfigureAwait(options);

    /// <inheritdoc cref="ConfigureAwait(Task, bool)"/>
    public static ConfiguredValueTaskAwaitable ConfigureAwait(ref ValueTask task, bool continueOnCapturedContext) => Stoppable(task).ConfigureAwait(continueOnCapturedContext);

    /// <inheritdoc cref="ConfigureAwait(Task, bool)"/>
    public static ConfiguredValueTaskAwaitable<T> ConfigureAwait<T>(ref ValueTask<T> task, bool continueOnCapturedContext) => Stoppable(task).ConfigureAwait(continueOnCapturedContext);

    private static Task Stoppable(Task task) => IsLeft(task) ? task : task.WaitAsync(stop.Token);

    private static Task<T> Stoppable<T>(Task<T> task) => IsLeft(task) ? task : task.WaitAsync(stop.Token);

    private static ValueTask Stoppable(ValueTask task) => task.IsCompleted ? task : new(Stoppable(task.AsTask()));

    private static ValueTask<T> Stoppable<T>(ValueTask<T> task) => task.IsCompleted ? task : new(Stoppable(task.AsTask()));

    // An async method of a cell ends by itself, when what it awaits has ended. Whoever awaits the method also waits for its clean-up.
    private static bool IsLeft(Task task) => task.IsCompleted || Cleanup.IsRunningHere
        || task.GetType() is { IsGenericType: true } type && type.GetGenericArguments()[^1] is var machine
            && machine.IsAssignableTo(typeof(IAsyncStateMachine)) && machine.Assembly.Location.Length == 0;
}
