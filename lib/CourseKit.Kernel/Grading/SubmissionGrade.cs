using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>What a submission came to.</summary>
/// <param name="Student">Who.</param>
/// <param name="Tasks">The checks, in the assignment's order.</param>
/// <param name="Remarks">What else was found, in words for the student.</param>
/// <param name="Executed">The notebook as it was run, with its outputs.</param>
public sealed record SubmissionGrade(string Student, IReadOnlyList<TaskGrade> Tasks, IReadOnlyList<string> Remarks, Notebook Executed)
{
    /// <summary>The sum of the points.</summary>
    public double Points => Tasks.Sum(task => task.Points);
}
