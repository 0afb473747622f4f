using System.Text;
using CourseKit.Common;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The submissions of a class, from a folder or a zip. Each is <c>STUDENT.ipynb</c>, a folder <c>STUDENT</c> with the notebook in it, or is called
/// as Moodle or Canvas call it. If anything lies there under a student's name, there is a submission; it may only say why it cannot be graded.
/// </summary>
public sealed class ClassSubmissions : IDisposable
{
    private readonly ClassZip? _zip;

    private ClassSubmissions(string path, ClassZip? zip, IReadOnlyList<Submission> all)
    {
        _zip = zip;
        All = all;
        Beside = zip is null ? path : Path.GetDirectoryName(path)!;
        // The zip's path may be a link. The sandbox must hide the file that it leads to; then the link leads to nothing.
        Hidden = zip is null ? [path] : [File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path,
            .. new DirectoryInfo(Beside).GetFiles("*.csv").Where(file => file.LinkTarget is null).Select(file => file.FullName)];
    }

    /// <summary>One submission for each student, sorted by student.</summary>
    public IReadOnlyList<Submission> All { get; }

    /// <summary>The folder with the teacher's own files about the class: the folder of submissions, or the one where the zip lies.</summary>
    public string Beside { get; }

    /// <summary>The files and folders that no submission may see.</summary>
    public IReadOnlyList<string> Hidden { get; }

    /// <summary>Reads the names of all submissions, and unpacks the notebooks of a zip.</summary>
    /// <param name="path">The absolute path of a folder or a zip.</param>
    /// <param name="assignment">Name of the assignment, without <c>.ipynb</c>.</param>
    /// <param name="due">Until when to hand in; null if nobody says so.</param>
    /// <exception cref="InvalidDataException">The zip cannot be read, or is not one that a platform makes.</exception>
    /// <exception cref="IOException">The folder or the zip cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read it.</exception>
    /// <exception cref="GraderException">There is no submission, or the zip unpacks to too much.</exception>
    public static ClassSubmissions Open(string path, string assignment, DateTimeOffset? due)
    {
        var zip = Directory.Exists(path) ? null : new ClassZip(path);
        try
        {
            var files = zip?.Files ?? ClassFolder.List(path);
            var worksheet = Worksheet.In(zip is null ? path : Path.GetDirectoryName(path)!, due);
            List<Submission> all = [.. ByStudent(files).Select(student => Of(student.Name, student.Files, assignment, due, worksheet))];
            if (all.Count == 0)
                throw new GraderException(Nothing(path, files, assignment));
            return new(path, zip, [.. all.OrderBy(one => one.Student, StringComparer.Ordinal)]);
        }
        catch
        {
            zip?.Dispose();
            throw;
        }
    }

    /// <summary>Deletes what was unpacked of a zip.</summary>
    public void Dispose() => _zip?.Dispose();

    // The files of each student under a name that nobody else has. A platform may have two students of one name; then their names get their ids.
    // Students may choose their names there, even one that looks like another's name and id. Then all names get their ids.
    private static List<(string Name, List<StudentFile> Files)> ByStudent(IReadOnlyList<ClassFile> files)
    {
        var students = files.Select(StudentFile.Of).OfType<StudentFile>().GroupBy(file => file.Platform?.Id ?? "/" + file.Student)
            .Select(same => (same.First().Student, same.First().Platform?.Id, Files: same.ToList())).ToList();
        var names = students.CountBy(one => one.Student.Normalize(NormalizationForm.FormC), StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        List<(string Name, List<StudentFile> Files)> named = [.. students.Select(one => (names[one.Student.Normalize(NormalizationForm.FormC)] == 1 ? one.Student : WithId(one), one.Files))];
        return named.DistinctBy(one => one.Name, StringComparer.OrdinalIgnoreCase).Count() == named.Count ? named : [.. students.Select(one => (WithId(one), one.Files))];

        static string WithId((string Student, string? Id, List<StudentFile> Files) one) => one.Id is null ? one.Student : $"{one.Student} {one.Id}";
    }

    private static Submission Of(string student, List<StudentFile> files, string assignment, DateTimeOffset? due, Worksheet worksheet)
    {
        var wanted = assignment + ".ipynb";
        var notebooks = files.Where(file => file.File.IsNotebook).ToList();
        var named = notebooks.Where(file => file.IsStudents || file.OwnName.Equals(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        // If several have the expected name, the one in the highest folder counts, if it is alone there.
        if (named.Count > 1 && named.GroupBy(file => file.Depth).MinBy(same => same.Key) is { } highest && highest.Count() == 1)
            named = [.. highest];
        var chosen = named.Count == 1 ? named[0] : named.Count == 0 && notebooks.Count == 1 ? notebooks[0] : null;
        var platform = (chosen ?? files[0]).Platform;
        var (path, problem) = chosen is not null ? Fetch(chosen.File) : (null, WhyNone(files, notebooks, named, wanted));
        var others = notebooks.Where(file => file != chosen && file.Depth == chosen?.Depth).Select(file => file.OwnName).ToList();
        List<string> remarks = [];
        if (path is not null && named.Count == 0)
            remarks.Add($"Graded as {wanted}: {chosen!.OwnName}, the only notebook.");
        if (path is not null && others.Count > 0)
            remarks.Add($"Not graded, since {chosen!.OwnName} was there: {Listed(others)}.");
        var late = platform switch
        {
            null => TimeStamp(files, chosen, due, remarks),
            { Late: "" } => worksheet.Late(platform.Id),
            _ => platform.Late,
        };
        return new(student, path, problem) { Remark = string.Join(' ', remarks), Late = late, PlatformId = platform?.Id, FeedbackPrefix = platform?.Prefix };
    }

    private static (string? Path, string Problem) Fetch(ClassFile file)
    {
        try
        {
            return (file.Fetch(), "");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException or UnauthorizedAccessException)
        {
            return (null, e is InvalidDataException or NotSupportedException ? $"{file.Name} cannot be unpacked: {e.Message}" : e.Message);
        }
    }

    private static string WhyNone(List<StudentFile> files, List<StudentFile> notebooks, List<StudentFile> named, string wanted)
    {
        if (named.Count > 1)
            return $"Handed in more than once: {Listed(named.Select(file => file.File.Name))}. Keep one of them.";
        if (notebooks.Count > 1)
            return $"Several notebooks, and none is called {wanted}: {Listed(notebooks.Select(file => file.OwnName))}. Rename the one that counts.";
        // The reason may be a link to a folder or a folder that cannot be listed. Or there is a folder with a notebook's name.
        var reason = files.Where(file => file.File.IsFolder).Select(file => Fetch(file.File).Problem).FirstOrDefault(problem => !problem.EndsWith("is an empty folder.", StringComparison.Ordinal));
        var folder = files.Find(file => file.File.IsFolder && file.OwnName.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase));
        var others = files.Where(file => !file.File.IsFolder).Select(file => file.OwnName).ToList();
        return "Nothing was handed in under the assignment's name." + (reason is not null ? $" {reason}" : folder is not null ? $" {folder.OwnName} is a folder."
            : others.Count > 0 ? $" There is no notebook, but {Listed(others)}." : "");
    }

    // nbgrader writes the time of the submission into timestamp.txt, beside the notebook.
    private static string TimeStamp(List<StudentFile> files, StudentFile? chosen, DateTimeOffset? due, List<string> remarks)
    {
        var beside = chosen is null || chosen.IsStudents ? null : files.Find(file => file.OwnName == "timestamp.txt" && file.Depth == chosen.Depth);
        if (beside is null || due is null)
            return "";
        var text = Fetch(beside.File) is { Path: { } path } && new FileInfo(path).Length < 1000 ? File.ReadAllText(path).Trim() : "";
        if (HandInTime.OfTimestamp(text) is { } time)
            return HandInTime.Late(time, due.Value);
        remarks.Add("Its timestamp.txt holds no time such as \"2026-11-30 23:59:00 UTC\".");
        return "";
    }

    private static string Nothing(string path, IReadOnlyList<ClassFile> files, string assignment)
    {
        var nested = files.FirstOrDefault(file => file.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase));
        return $"{path}: no submission is in it; expected STUDENT.ipynb, STUDENT/{assignment}.ipynb or files as Moodle or Canvas name them."
            + (nested is null ? "" : $" It holds {nested.Name}: to grade that, give its path.");
    }

    private static string Listed(IEnumerable<string> names) => ShortList.Of([.. names.Order(StringComparer.Ordinal)], 5);
}
