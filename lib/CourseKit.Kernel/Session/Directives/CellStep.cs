using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>A part of a cell. The parts run in order.</summary>
internal abstract record CellStep;

/// <summary>C# to run. All other lines of the cell are blank in the source.</summary>
internal sealed record CodeStep(CellSource Source) : CellStep;

/// <summary>A directive to carry out. Its line in the cell is counted from 1.</summary>
internal sealed record DirectiveStep(int Line, Directive Directive, string Argument, string Body) : CellStep;
