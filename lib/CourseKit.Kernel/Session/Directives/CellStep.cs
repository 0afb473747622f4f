using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>A part of a cell, in the order they run.</summary>
internal abstract record CellStep;

/// <summary>C#, with everything else in the cell blank.</summary>
internal sealed record CodeStep(CellSource Source) : CellStep;

/// <summary>A directive on a line of the cell.</summary>
internal sealed record DirectiveStep(int Line, Directive Directive, string Argument, string Body) : CellStep;
