namespace CourseKit.Kernel.Grading;

/// <summary>A student of the class, with the grades that count.</summary>
/// <param name="Submission">What the student handed in.</param>
/// <param name="Tasks">One grade for each check, with the teacher's own points where there are any.</param>
/// <param name="Remarks">What the grader found remarkable in the notebook, in words for the student.</param>
/// <param name="Suspicious">The student's lines that reach into the process or the system, which a teacher should read.</param>
public sealed record StudentGrades(Submission Submission, IReadOnlyList<TaskGrade> Tasks, IReadOnlyList<string> Remarks, IReadOnlyList<string> Suspicious)
{
    /// <summary>The student's name.</summary>
    public string Student => Submission.Student;

    /// <summary>The sum of the points.</summary>
    public double Points => Tasks.Sum(task => task.Points);
}
