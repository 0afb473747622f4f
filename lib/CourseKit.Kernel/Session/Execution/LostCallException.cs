using System.Diagnostics;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>A native call of the cell failed in such a way that it can never return. The cell has ended there, without its catch and finally blocks.</summary>
/// <param name="message">What went wrong.</param>
/// <param name="at">Where the cell was.</param>
internal sealed class LostCallException(string message, StackTrace at) : Exception(message)
{
    /// <summary>Where the cell was.</summary>
    public StackTrace At => at;
}
