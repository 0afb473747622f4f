namespace CourseKit.Kernel.Grading;

/// <summary>Whose columns a gradebook has.</summary>
public enum GradebookFormat
{
    /// <summary>Those of <c>nbgrader export</c>.</summary>
    Nbgrader,

    /// <summary>Moodle's import of grades: <c>username</c> and the assignment.</summary>
    Moodle,

    /// <summary>Canvas's import of grades, with the row of the points that are possible; students by <c>SIS Login ID</c>.</summary>
    Canvas,
}
