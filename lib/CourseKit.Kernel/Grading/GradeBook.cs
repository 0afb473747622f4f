using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CourseKit.Common;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files with the grades of a class in one assignment. Each student has <c>grades/STUDENT.json</c>, the notebook as it ran beside it, and
/// <c>feedback/STUDENT.html</c>. They are written as soon as the submission is graded, so an interrupted run can go on. The other files are about the
/// whole class.
/// </summary>
/// <param name="folder">The folder for the files; it exists.</param>
/// <param name="assignment">The assignment's name.</param>
public sealed class GradeBook(string folder, string assignment)
{
    private const int PageStack = 256 << 20;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    // Tasks are what the checks say. Shown is what the feedback page says, which may have the teacher's own points.
    private sealed record Entry(string Digest, IReadOnlyList<TaskGrade> Tasks, IReadOnlyList<string> Remarks, IReadOnlyList<string> Suspicious, IReadOnlyList<TaskGrade>? Shown);

    /// <summary>A SHA-256 digest of the submission and the teacher's notebook. A grade is valid as long as both stay the same.</summary>
    /// <param name="submission">The submission; its file may be missing.</param>
    /// <param name="teachers">The teacher's notebook.</param>
    public static string Digest(Submission submission, Notebook teachers)
    {
        ArgumentNullException.ThrowIfNull(submission);
        ArgumentNullException.ThrowIfNull(teachers);
        return Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes(teachers.ToJson()), 0, .. Content(submission)]));
    }

    // The problem stands for the content of a file that cannot be read. So the student is graded again once it can be.
    private static byte[] Content(Submission submission)
    {
        try
        {
            return submission.Path is { } path ? File.ReadAllBytes(path) : Encoding.UTF8.GetBytes(submission.Problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Encoding.UTF8.GetBytes(e.Message);
        }
    }

    /// <summary>The grade that an earlier run gave to the same submission; null if there is none.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="digest">The digest of the submission as it is now; null if a grade of any submission will do.</param>
    public StudentGrades? Find(Submission submission, string? digest)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return EntryOf(submission.Student) is { } entry && (digest is null || entry.Digest == digest) ? new(submission, entry.Tasks, entry.Remarks, entry.Suspicious) : null;
    }

    /// <summary>Saves a grade, and the feedback page that explains the grade to the student.</summary>
    /// <param name="grade">The grade.</param>
    /// <param name="digest">The digest of the submission.</param>
    public void Keep(SubmissionGrade grade, string digest)
    {
        ArgumentNullException.ThrowIfNull(grade);
        AtomicFile.WriteText(FileOf("grades", grade.Student, ".ipynb"), grade.Executed.ToJson());
        Show(grade, new Entry(digest, grade.Tasks, grade.Remarks, grade.Suspicious, grade.Tasks));
    }

    /// <summary>Writes a student's feedback page again if it does not show the points that count.</summary>
    /// <param name="student">A student whose grade is kept.</param>
    /// <param name="tasks">The grades that count.</param>
    public void Correct(string student, IReadOnlyList<TaskGrade> tasks)
    {
        var entry = EntryOf(student)!;
        if (!entry.Shown!.SequenceEqual(tasks))
            Show(new(student, tasks, entry.Remarks, entry.Suspicious, Notebook.Load(FileOf("grades", student, ".ipynb"))), entry with { Shown = tasks });
    }

    private void Show(SubmissionGrade grade, Entry entry)
    {
        AtomicFile.WriteText(FileOf("feedback", grade.Student, ".html"), Page(grade));
        AtomicFile.WriteText(FileOf("grades", grade.Student, ".json"), JsonSerializer.Serialize(entry, Indented));
    }

    // A student's text can be nested as deep as its file is long, and each level takes some of the stack. So a thread with a large stack makes the
    // page. If the notebook cannot be shown even so, only this student's page lacks it.
    private string Page(SubmissionGrade grade)
    {
        string? page = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                page = FeedbackPage.Render(assignment, grade);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }, PageStack);
        thread.Start();
        thread.Join();
        return page ?? FeedbackPage.Render(assignment, grade with { Executed = new Notebook(), Remarks = [.. grade.Remarks, $"The notebook cannot be shown: {failure!.Message}"] });
    }

    // Null if a file of the grade is missing, or if another version of this program wrote it: then the submission is graded again.
    private Entry? EntryOf(string student)
    {
        var file = FileOf("grades", student, ".json");
        if (!File.Exists(file) || !File.Exists(FileOf("grades", student, ".ipynb")) || !File.Exists(FileOf("feedback", student, ".html")))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Entry>(File.ReadAllText(file), Indented) is { Shown: not null, Tasks: not null, Remarks: not null, Suspicious: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes grades.csv with one row for each task of each student. An apostrophe is put before a cell that a spreadsheet would take for a
    /// formula.
    /// </summary>
    /// <param name="grades">The class's grades, by student.</param>
    public void WriteCsv(IReadOnlyList<StudentGrades> grades)
    {
        ArgumentNullException.ThrowIfNull(grades);
        string[] header = ["student", "assignment", "task", "points", "max_points", "status", "message", "late", "remark", "suspicious"];
        var rows = grades.SelectMany(grade => grade.Tasks, (grade, task) => new[]
        {
            grade.Student, assignment, task.Task, Csv.Number(task.Points), Csv.Number(task.MaxPoints), task.Status.ToString().ToLowerInvariant(), task.Message,
            grade.Submission.Late, string.Join(' ', grade.Remarks.Prepend(grade.Submission.Remark).Append(TeachersRemark(task)).Where(text => text.Length > 0)), string.Join(" | ", grade.Suspicious),
        });
        AtomicFile.WriteText(Path.Combine(folder, "grades.csv"), Csv.Of([header, .. rows]));
    }

    /// <summary>
    /// Writes gradebook.csv with one row for each student. It has the columns that another system can import, and names as that system knows them.
    /// </summary>
    /// <param name="grades">The students and their grades; at least one student.</param>
    /// <param name="format">The system that imports the file.</param>
    public void WriteGradebook(IReadOnlyList<StudentGrades> grades, GradebookFormat format)
    {
        ArgumentNullException.ThrowIfNull(grades);
        var sums = grades.Select(grade => (grade.Student, Id: grade.Submission.PlatformId ?? "", Points: Csv.Number(grade.Points), Most: Csv.Number(grade.Tasks.Sum(task => task.MaxPoints)))).ToList();
        IEnumerable<string[]> table = format switch
        {
            GradebookFormat.Nbgrader =>
            [
                ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score", "late_submission_penalty", "score", "max_score"],
                .. sums.Select(sum => new[] { assignment, "", "", sum.Student, "", "", "", sum.Points, "0", sum.Points, sum.Most }),
            ],
            GradebookFormat.Moodle => [["username", assignment], .. sums.Select(sum => new[] { sum.Student, sum.Points })],
            _ =>
            [
                ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment],
                ["    Points Possible", "", "", "", "", sums[0].Most],
                .. sums.Select(sum => new[] { sum.Student, sum.Id, "", sum.Id.Length > 0 ? "" : sum.Student, "", sum.Points }),
            ],
        };
        AtomicFile.WriteText(Path.Combine(folder, "gradebook.csv"), Csv.Of(table, names: true));
    }

    /// <summary>Writes index.html, the overview of the class.</summary>
    /// <param name="grades">The students and their grades; at least one student.</param>
    public void WriteOverview(IReadOnlyList<StudentGrades> grades) =>
        AtomicFile.WriteText(Path.Combine(folder, "index.html"), ClassOverview.Render(assignment, grades));

    /// <summary>
    /// Writes feedback.zip with the pages of the students whose files have a platform's names. Its names tell the platform whose page each is.
    /// </summary>
    /// <param name="grades">The students, whose grades are kept.</param>
    public void WriteFeedbackZip(IEnumerable<StudentGrades> grades)
    {
        var pages = grades.Where(grade => grade.Submission.FeedbackPrefix is not null).ToList();
        if (pages.Count == 0)
            return;
        AtomicFile.Write(Path.Combine(folder, "feedback.zip"), stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var grade in pages)
            {
                var entry = zip.CreateEntry($"{grade.Submission.FeedbackPrefix}{assignment}.html");
                entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // The same pages make the same zip.
                using var page = File.OpenRead(FileOf("feedback", grade.Student, ".html"));
                using var into = entry.Open();
                page.CopyTo(into);
            }
        });
    }

    /// <summary>Says that the teacher gave the points of a task, and why; empty if the check gave them.</summary>
    internal static string TeachersRemark(TaskGrade task) => task.TeachersRemark switch
    {
        null => "",
        "" => "The points are the teacher's.",
        var why => $"The points are the teacher's: {why}",
    };

    private string FileOf(string kind, string student, string extension)
    {
        var path = Path.Combine(folder, kind);
        Directory.CreateDirectory(path);
        return Path.Combine(path, SafeName.Of(student) + extension);
    }
}
