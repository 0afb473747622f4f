namespace CourseKit.Kernel.Grading;

/// <summary>The system that can import a gradebook.csv.</summary>
public enum GradebookFormat
{
    /// <summary>The columns of <c>nbgrader export</c>.</summary>
    Nbgrader,

    /// <summary>Moodle: the columns <c>username</c> and the assignment's name.</summary>
    Moodle,

    /// <summary>Canvas: <c>ID</c> identifies a student, or else <c>SIS Login ID</c>. A row with the possible points comes first.</summary>
    Canvas,
}
