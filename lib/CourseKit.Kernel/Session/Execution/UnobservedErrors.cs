using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Prints the errors of threads that nobody waits for to stderr. Otherwise such an error would end the process, and all variables would be lost.
/// </summary>
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

    /// <summary>Sets the handler, once in a process.</summary>
    public static void Install() => _ = Installed.Value;

    /// <summary>Prints an error to stderr, with the same traceback as an error of a cell.</summary>
    public static void Report(Exception error)
    {
        if (error is OperationCanceledException { CancellationToken.IsCancellationRequested: true })
            return; // The code was stopped as requested.
        var told = RuntimeError.Describe(error, cell: null);
        Console.Error.WriteLine(string.Join('\n', told.Traceback.Skip(1).Prepend($"{told.Name} on another thread: {told.Message}")));
    }
}
