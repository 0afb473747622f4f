namespace CourseKit.Kernel.Grading;

/// <summary>The grade of one check of a submission.</summary>
/// <param name="Task">The check's <c>grade_id</c>.</param>
/// <param name="Points">The points that the student gets.</param>
/// <param name="MaxPoints">The points that were possible.</param>
/// <param name="Status">How the check ended.</param>
/// <param name="Message">Why the student does not get all points, in words for the student; empty otherwise.</param>
public sealed record TaskGrade(string Task, double Points, double MaxPoints, TaskStatus Status, string Message)
{
    /// <summary>The teacher's remark, perhaps empty, if the teacher gave the points (<see cref="Override"/>); null if the check did.</summary>
    public string? TeachersRemark { get; init; }
}

/// <summary>How a check of a submission ended.</summary>
public enum TaskStatus
{
    /// <summary>The check ran to its end without an error.</summary>
    Passed,

    /// <summary>The check ended with an error, or the judge did not accept the answer.</summary>
    Failed,

    /// <summary>The check ended its process or was stopped. Or it was not reached: others ended theirs too often, or the time was over.</summary>
    Killed,

    /// <summary>There is no notebook, or it cannot be read or graded.</summary>
    Unreadable,
}
