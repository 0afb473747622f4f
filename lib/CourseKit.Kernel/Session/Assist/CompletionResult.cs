namespace CourseKit.Kernel.Session.Assist;

/// <summary>The completions for a place in a cell.</summary>
/// <param name="Start">The beginning of the text that an entry replaces, as a UTF-16 index into the cell.</param>
/// <param name="End">The end of that text.</param>
/// <param name="Entries">The entries, best first.</param>
public sealed record CompletionResult(int Start, int End, IReadOnlyList<CompletionEntry> Entries);

/// <summary>One completion.</summary>
/// <param name="Text">The text to write there.</param>
/// <param name="Kind">
/// The kind that front ends show: <c>method</c>, <c>property</c>, <c>class</c>, <c>keyword</c>, <c>local</c>, <c>directive</c>, <c>file</c>, ...
/// </param>
/// <param name="Signature">The declaration; null if it is not known cheaply.</param>
public sealed record CompletionEntry(string Text, string Kind, string? Signature);
