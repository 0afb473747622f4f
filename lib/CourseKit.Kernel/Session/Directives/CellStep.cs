using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>A part of a cell. The parts run in order.</summary>
internal abstract record CellStep;

/// <summary>C#, with the rest of the cell blank.</summary>
internal sealed record CodeStep(CellSource Source) : CellStep;

/// <summary>A directive on a line of the cell.</summary>
internal sealed record DirectiveStep(int Line, Directive Directive, string Argument, string Body) : CellStep;
