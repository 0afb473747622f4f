namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A variable that the cells so far have declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type it was declared with.</param>
/// <param name="Value">What it holds now.</param>
public sealed record SessionVariable(string Name, Type Type, object? Value);
