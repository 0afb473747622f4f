namespace CourseKit.Exercises;

/// <summary>A check has found a mistake. The message names the task and the misconception.</summary>
public sealed class CheckFailedException : Exception
{
    internal CheckFailedException(string task, string wrong) : base($"{task}: {wrong}") => Wrong = wrong;

    /// <summary>What is wrong, in words for the student.</summary>
    public string Wrong { get; }
}
