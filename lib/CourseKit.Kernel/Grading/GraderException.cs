namespace CourseKit.Kernel.Grading;

/// <summary>Grading itself failed, through no fault of the submissions: no grade comes of it.</summary>
public sealed class GraderException(string message) : Exception(message);
