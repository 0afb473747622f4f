namespace CourseKit.Kernel.Grading;

/// <summary>Grading failed, and the cause is not in a submission. Grades that are already saved stay valid.</summary>
public sealed class GraderException(string message) : Exception(message);
