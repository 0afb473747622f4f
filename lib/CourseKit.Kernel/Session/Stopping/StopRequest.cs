using System.ComponentModel;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>Ends code that must stop. The loops of cells call it in code that the session adds; libraries find it as <c>notebook.stop</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StopRequest
{
    private static volatile bool asked;

    /// <summary>Whether code of cells must end, on whatever thread. The process has one such flag, because cells take turns in it.</summary>
    internal static bool Asked { set => asked = value; }

    /// <summary>Ends the code if it must stop.</summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    public static void Check()
    {
        if (asked)
            throw new OperationCanceledException("Stopped.", new CancellationToken(canceled: true));
    }
}
