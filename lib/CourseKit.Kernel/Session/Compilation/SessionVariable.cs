namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A variable that the cells so far have declared.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Type">The declared type.</param>
/// <param name="Value">The variable's value at the time when the session was asked for its variables.</param>
public sealed record SessionVariable(string Name, Type Type, object? Value);
