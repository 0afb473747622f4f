namespace CourseKit.Notebooks.Tests;

internal sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("coursekit-notebooks-").FullName;

    public string PathOf(params IEnumerable<string> parts) => Path.Combine([Root, .. parts]);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
