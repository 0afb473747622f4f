using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>Errors on threads that nobody waits for: told on stderr, instead of ending the process and with it all the student's variables.</summary>
internal static class UnobservedErrors
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
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

    /// <summary>Sets the handler, once a process.</summary>
    public static void Install() => _ = Installed.Value;

    /// <summary>Tells an error as that of a cell is told.</summary>
    public static void Report(Exception error)
    {
        if (error is OperationCanceledException { CancellationToken.IsCancellationRequested: true })
            return; // Stopped, as it was to be.
        var told = RuntimeError.Describe(error, cell: null);
        Console.Error.WriteLine(string.Join('\n', told.Traceback.Skip(1).Prepend($"{told.Name} on another thread: {told.Message}")));
    }
}
