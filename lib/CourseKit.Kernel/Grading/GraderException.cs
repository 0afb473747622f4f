namespace CourseKit.Kernel.Grading;

/// <summary>Grading itself failed, and the submissions are not to blame. No grade is given.</summary>
public sealed class GraderException(string message) : Exception(message);
