namespace CourseKit.Kernel.Session.Assist;

/// <summary>The completions for a position in a cell.</summary>
/// <param name="Start">The beginning of the text that an entry replaces, as a UTF-16 index into the cell.</param>
/// <param name="End">The end of the replaced text, exclusive.</param>
/// <param name="Entries">The entries in the order to show them. For C#, the best comes first.</param>
public sealed record CompletionResult(int Start, int End, IReadOnlyList<CompletionEntry> Entries);

/// <summary>One completion.</summary>
/// <param name="Text">The text that replaces the text between Start and End.</param>
/// <param name="Kind">
/// The kind that front ends show: <c>method</c>, <c>property</c>, <c>class</c>, <c>keyword</c>, <c>local</c>, <c>directive</c>, <c>file</c>, ...
/// </param>
/// <param name="Signature">The usage and help text of a directive. Null for all other entries, because declarations take long to find.</param>
public sealed record CompletionEntry(string Text, string Kind, string? Signature);
