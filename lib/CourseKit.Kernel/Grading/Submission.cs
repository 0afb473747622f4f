namespace CourseKit.Kernel.Grading;

/// <summary>What a student has handed in.</summary>
/// <param name="Student">The student's name; no other student of the class has it.</param>
/// <param name="Path">The path of the notebook; null if none can be graded.</param>
/// <param name="Problem">Why no notebook can be graded, in words for the student; empty if <paramref name="Path"/> is not null.</param>
public sealed record Submission(string Student, string? Path, string Problem = "")
{
    /// <summary>What the teacher must know of the notebook, such as that it has another name than expected; empty if there is nothing.</summary>
    public string Remark { get; init; } = "";

    /// <summary>How late it was handed in: "no", "yes", or the delay, such as "2 h 5 min"; empty if nobody knows.</summary>
    public string Late { get; init; } = "";

    /// <summary>The student's id at the learning platform; null if the submission is not called as a platform calls it.</summary>
    public string? PlatformId { get; init; }

    /// <summary>The beginning of the name that the learning platform wants for a file of feedback; null if PlatformId is null.</summary>
    public string? FeedbackPrefix { get; init; }
}
