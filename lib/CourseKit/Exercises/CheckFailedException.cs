namespace CourseKit.Exercises;

/// <summary>A check has found a mistake. The message names the task and the misconception.</summary>
public sealed class CheckFailedException : Exception
{
    // Kernels show an error's stack trace, and CourseKit's own shows this line in its place: the report above it says all that a student needs.
    private const string TracebackKey = "notebook.traceback", Traceback = "Not passed yet: see what is marked \u2717 above.";

    internal CheckFailedException(string task, string wrong) : base($"{task}: {wrong}") => (Wrong, Data[TracebackKey]) = (wrong, Traceback);

    /// <summary>What is wrong, in words for the student.</summary>
    public string Wrong { get; }
}
