using System.Runtime.ExceptionServices;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Tells the errors that nobody waits for: of threads, timers and tasks. Otherwise an error of a thread would end the process, and all variables
/// would be lost. The errors are printed to stderr of the running cell, or of the next one.
/// </summary>
internal static class UnobservedErrors
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
        TaskScheduler.UnobservedTaskException += (_, failed) => ReportOfTask(failed);
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(error =>
            {
                Report(error);
                return true;
            });
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // The host has a handler of its own.
        }
    });

    /// <summary>Sets the handlers, once in a process.</summary>
    public static void Install() => _ = Installed.Value;

    /// <summary>Prints an error to stderr, with the same traceback as an error of a cell. Between cells the text waits for the next cell.</summary>
    public static void Report(Exception error, string where = "on another thread")
    {
        if (IsStop(error, depth: 0))
            return;
        var told = RuntimeError.Describe(error, cell: null);
        RunningCell.Emit(new StreamOutput("stderr", string.Join('\n', told.Traceback.Skip(1).Prepend($"{told.Name} {where}: {told.Message}")) + "\n"));
    }

    // Tasks of the engine and of libraries may fail without harm. Only a failed task that ran code of a cell is told.
    private static void ReportOfTask(UnobservedTaskExceptionEventArgs failed)
    {
        if (failed.Exception.InnerExceptions.Any(RuntimeError.PassedCell))
            Report(failed.Exception, "in a task that nobody awaited");
    }

    // Whether the code was stopped as requested.
    private static bool IsStop(Exception error, int depth) => error is OperationCanceledException { CancellationToken.IsCancellationRequested: true }
        || (depth < 5 && error is AggregateException { InnerExceptions: [_, ..] several } && several.All(inner => IsStop(inner, depth + 1)));
}
