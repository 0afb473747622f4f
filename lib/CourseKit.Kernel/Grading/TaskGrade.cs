namespace CourseKit.Kernel.Grading;

/// <summary>What a check of a submission came to.</summary>
/// <param name="Task">The check's <c>grade_id</c>.</param>
/// <param name="Points">What the student gets.</param>
/// <param name="MaxPoints">What could be got.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Message">Why not all points, in words for the student; empty otherwise.</param>
public sealed record TaskGrade(string Task, double Points, double MaxPoints, TaskStatus Status, string Message);

/// <summary>How a check of a submission ended.</summary>
public enum TaskStatus
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold, or the answer stopped with an error.</summary>
    Failed,

    /// <summary>The answer ran too long, or ended the process it ran in.</summary>
    Killed,

    /// <summary>There is no notebook that could be read.</summary>
    Unreadable,
}
