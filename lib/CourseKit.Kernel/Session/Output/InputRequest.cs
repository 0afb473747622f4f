namespace CourseKit.Kernel.Session.Output;

/// <summary>A running cell asks the one who sits at the front end.</summary>
/// <param name="Prompt">What to show beside the input; may be empty.</param>
/// <param name="IsPassword">Whether what is typed is to be hidden.</param>
public sealed record InputRequest(string Prompt, bool IsPassword);
