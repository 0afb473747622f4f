namespace CourseKit.Kernel.Session.Output;

/// <summary>A question of the running cell to the user of the front end.</summary>
/// <param name="Prompt">The text beside the input; may be empty.</param>
/// <param name="IsPassword">Whether the typed text must be hidden.</param>
public sealed record InputRequest(string Prompt, bool IsPassword);
