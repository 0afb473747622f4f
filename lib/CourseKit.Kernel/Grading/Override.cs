using System.Globalization;
using CourseKit.Kernel.Session.Assist;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>Points that the teacher gives in place of a check's.</summary>
/// <param name="Student">The student.</param>
/// <param name="Task">The check's <c>grade_id</c>.</param>
/// <param name="Points">The points, 0 to those of the task.</param>
/// <param name="Remark">Why, in words for the student; may be empty.</param>
public sealed record Override(string Student, string Task, double Points, string Remark)
{
    /// <summary>The name of the file with the overrides of a class.</summary>
    public const string FileName = "overrides.csv";

    /// <summary>Reads a file with the columns student, task, points and remark. More columns do no harm: rows of grades.csv can be copied.</summary>
    /// <param name="path">The file; without it, there are no overrides.</param>
    /// <param name="students">The class.</param>
    /// <param name="checks">The assignment's checks.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not valid csv, a column is missing, or a line names an unknown student or task, wrong points, or a task for the second time.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public static IReadOnlyList<Override> Read(string path, IReadOnlyCollection<string> students, IReadOnlyList<GradeCell> checks)
    {
        ArgumentNullException.ThrowIfNull(students);
        if (!File.Exists(path))
            return [];
        List<Override> found = [];
        foreach (var row in CsvReader.Read(path))
        {
            var at = $"{path}, line {row.Line}: ";
            if (new[] { "student", "task", "points" }.FirstOrDefault(column => !row.Has(column)) is { } missing)
                throw new InvalidDataException($"{at}no {missing}; expected a first line with student,task,points,remark and a value for each.");
            var (student, task) = (row["student"], row["task"]);
            if (!students.Contains(student))
                throw new InvalidDataException($"{at}{NearNames.Unknown("student", student, students)}");
            if (checks.FirstOrDefault(one => one.Id == task) is not { } check)
                throw new InvalidDataException($"{at}{NearNames.Unknown("task", task, [.. checks.Select(one => one.Id)])}");
            // A spreadsheet in a language with decimal commas writes 1,5.
            if (!double.TryParse(row["points"].Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var points) || !(points >= 0 && points <= check.Points))
                throw new InvalidDataException(Invariant($"{at}points \"{row["points"]}\": expected a number from 0 to {check.Points}, what {task} is worth."));
            if (found.Any(one => one.Student == student && one.Task == task))
                throw new InvalidDataException($"{at}{student} has {task} on an earlier line too; keep one of them.");
            found.Add(new(student, task, points, row["remark"].Trim()));
        }
        return found;
    }

    /// <summary>A student's grades with the teacher's points in them.</summary>
    public static IReadOnlyList<TaskGrade> Apply(IReadOnlyList<Override> overrides, string student, IReadOnlyList<TaskGrade> tasks) =>
        [.. tasks.Select(task => overrides.FirstOrDefault(one => one.Student == student && one.Task == task.Task) is { } own ? task with { Points = own.Points, TeachersRemark = own.Remark } : task)];
}
