using System.ComponentModel;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>What the loops of cells call, in code that the session adds to them, and libraries that find it as <c>notebook.stop</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StopRequest
{
    private static volatile bool asked;

    /// <summary>Whether code of cells is to end, on whatever thread. One for the process, in which cells take turns.</summary>
    internal static bool Asked { set => asked = value; }

    /// <summary>Ends the code where it is to stop.</summary>
    /// <exception cref="OperationCanceledException">It is to stop.</exception>
    public static void Check()
    {
        if (asked)
            throw new OperationCanceledException("Stopped.", new CancellationToken(canceled: true));
    }
}
