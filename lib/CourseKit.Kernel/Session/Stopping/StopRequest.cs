using System.ComponentModel;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Ends code that must stop. The session adds a call of <see cref="Check"/> to the loops of cells. Libraries find <see cref="Check"/> in the
/// AppContext data <c>notebook.stop</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StopRequest
{
    private static volatile bool asked;

    /// <summary>Whether code of cells must end, on every thread. The process has only one flag, because only one cell runs at a time.</summary>
    internal static bool Asked { set => asked = value; }

    /// <summary>Throws if the code must stop.</summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    public static void Check()
    {
        if (asked)
            throw new OperationCanceledException("Stopped.", new CancellationToken(canceled: true));
    }
}
