using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The names that checks use or declare and that no solution declares. They come from a library, the kernel or a cell of the teacher. A student
/// who declares such a name could make the checks use the student's code instead.
/// </summary>
internal sealed class ReservedNames
{
    private readonly HashSet<string> names;

    private ReservedNames(HashSet<string> names) => this.names = names;

    public static ReservedNames Of(Notebook teachers, IReadOnlyList<GradeCell> graded)
    {
        var (checks, answers) = (Facts(cell => cell.IsCheck), Facts(cell => cell.IsSolution));
        var helpers = teachers.Cells.Except(graded.Where(cell => cell.IsCheck || cell.IsSolution).Select(cell => cell.Cell)).Where(cell => cell.Kind == CellKind.Code).Select(cell => SourceFacts.Of(cell.Source)).ToList();
        var used = checks.SelectMany(check => check.Uses.Concat(check.Declares)).Append("display").ToHashSet();
        // What the checks use may be declared by a cell of the teacher that uses other names in turn.
        for (var before = 0; before < used.Count;)
        {
            before = used.Count;
            used.UnionWith(helpers.Where(helper => helper.Declares.Any(used.Contains)).SelectMany(helper => helper.Uses).ToList());
        }
        return new(used.Except(answers.SelectMany(answer => answer.Declares)).ToHashSet());

        List<SourceFacts> Facts(Func<GradeCell, bool> which) => [.. graded.Where(cell => which(cell) && cell.Cell.Kind == CellKind.Code).Select(cell => SourceFacts.Of(cell.Cell.Source))];
    }

    /// <summary>The reason why this code of a student is not run, as a text for the student; null if the code may run.</summary>
    /// <param name="facts">What the code holds; null if the compiler could not read it.</param>
    public string? WrongWith(SourceFacts? facts) => facts switch
    {
        null => "is too long or too deeply nested to be read",
        { LoadsFiles: true } => "loads another file's code",
        _ when facts.Declares.FirstOrDefault(names.Contains) is { } taken => $"declares `{taken.TrimStart('.')}`, a name that the checks use",
        _ => null,
    };

    /// <summary>The <c>using</c> directives of all code cells of a notebook, in one line of code.</summary>
    public static string UsingsOf(Notebook notebook) => string.Join(' ', notebook.Cells.Where(cell => cell.Kind == CellKind.Code).SelectMany(cell => SourceFacts.Of(cell.Source).Usings).Distinct());
}
