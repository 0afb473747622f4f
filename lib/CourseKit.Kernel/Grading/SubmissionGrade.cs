using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>The grade of a submission.</summary>
/// <param name="Student">The student.</param>
/// <param name="Tasks">One grade for each check, in the order of the assignment.</param>
/// <param name="Remarks">Further remarks, in words for the student.</param>
/// <param name="Suspicious">The student's lines that reach into the process or the system, which a teacher should read.</param>
/// <param name="Executed">The notebook as it was run, with its outputs.</param>
public sealed record SubmissionGrade(string Student, IReadOnlyList<TaskGrade> Tasks, IReadOnlyList<string> Remarks, IReadOnlyList<string> Suspicious, Notebook Executed)
{
    /// <summary>The sum of the points.</summary>
    public double Points => Tasks.Sum(task => task.Points);
}
