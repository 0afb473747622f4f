using System.IO.Compression;
using System.Text;
using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>A folder of its own for the submissions of a class.</summary>
internal sealed class ClassPlace : IDisposable
{
    public const string Notebook = """{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}""";

    public string Folder { get; } = Directory.CreateTempSubdirectory("coursekit-test-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string PathOf(string name) => Path.Combine(Folder, name);

    public ClassPlace With(string name, string content = Notebook)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), content);
        return this;
    }

    /// <summary>Writes a zip whose entries all hold a notebook.</summary>
    public string Zip(params string[] names) => Zip(zip =>
    {
        foreach (var name in names)
            Add(zip, name, Notebook);
    });

    public string Zip(Action<ZipArchive> write, Encoding? names = null)
    {
        using var zip = new ZipArchive(File.Create(PathOf("class.zip")), ZipArchiveMode.Create, leaveOpen: false, names);
        write(zip);
        return PathOf("class.zip");
    }

    public static ZipArchiveEntry Add(ZipArchive zip, string name, string content)
    {
        var entry = zip.CreateEntry(name);
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
        return entry;
    }

    public IReadOnlyList<Submission> Submissions(string? due = null) => Open(Folder, due);

    /// <summary>The submissions of "tasks"; the notebooks of a zip are checked while they are there.</summary>
    public static IReadOnlyList<Submission> Open(string path, string? due = null)
    {
        using var submissions = ClassSubmissions.Open(path, "tasks", due is null ? null : HandInTime.OfDue(due));
        Assert.All(submissions.All, one => Assert.Equal(one.Path is null, one.Problem.Length > 0));
        Assert.All(submissions.All.Where(one => one.Path is not null), one => Assert.True(File.Exists(one.Path)));
        return submissions.All;
    }
}
