using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session;

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

    public static void Report(Exception error) => Console.Error.WriteLine($"{error.GetType().Name} on another thread: {error.Message}\n{error.StackTrace}");
}
