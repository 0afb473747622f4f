namespace CourseKit.Kernel.Grading;

/// <summary>The system whose columns a gradebook has.</summary>
public enum GradebookFormat
{
    /// <summary>The columns of <c>nbgrader export</c>.</summary>
    Nbgrader,

    /// <summary>Moodle's import of grades: <c>username</c> and the assignment.</summary>
    Moodle,

    /// <summary>Canvas's import of grades, with a row of the possible points. <c>SIS Login ID</c> identifies the students.</summary>
    Canvas,
}
