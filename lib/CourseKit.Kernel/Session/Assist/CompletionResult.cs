namespace CourseKit.Kernel.Session.Assist;

/// <summary>What may stand at a place in a cell.</summary>
/// <param name="Start">Where the text that an entry replaces begins, as a UTF-16 index into the cell.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Entries">The entries, best first.</param>
public sealed record CompletionResult(int Start, int End, IReadOnlyList<CompletionEntry> Entries);

/// <summary>One thing that may stand at the place.</summary>
/// <param name="Text">What to write there.</param>
/// <param name="Kind">What it is, as front ends show it: <c>method</c>, <c>property</c>, <c>class</c>, <c>keyword</c>, <c>local</c>, <c>directive</c>, <c>file</c>, ...</param>
/// <param name="Signature">How it is declared; null where that is not known cheaply.</param>
public sealed record CompletionEntry(string Text, string Kind, string? Signature);
