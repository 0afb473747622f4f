using System.Xml.Linq;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.New;

/// <summary>Writes a course from the files in Template/, which are resources of this program.</summary>
internal static class NewCourse
{
    private const string Prefix = "Template/", Reference = "#r \"nuget: CourseKit\"", Instructors = "notebooks/instructor/", Students = "notebooks/exercises/";

    /// <summary>Makes the course. The folder is not there, or is empty; if something fails, it is again.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static void Make(string folder, CourseReference library)
    {
        var isNew = !Directory.Exists(folder);
        var beside = Path.Combine(folder, $".new~{Guid.NewGuid():N}");
        try
        {
            foreach (var (path, text) in Files(Path.GetFileName(folder), library))
            {
                var file = Path.Combine(beside, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
            foreach (var entry in new DirectoryInfo(beside).GetFileSystemInfos())
                Directory.Move(entry.FullName, Path.Combine(folder, entry.Name)); // moves files, too; never over something
        }
        catch when (isNew && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
        finally
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
    }

    private static IEnumerable<(string Path, string Text)> Files(string course, CourseReference library)
    {
        var assembly = typeof(NewCourse).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var (path, text) = (resource[Prefix.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
            if (Path.GetExtension(path) != ".ipynb")
            {
                yield return (path, text.Replace("VERSION", library.Version, StringComparison.Ordinal).Replace("COURSE", course, StringComparison.Ordinal));
                continue;
            }
            var notebook = Notebook.Parse(text, path);
            foreach (var cell in notebook.Cells)
                cell.Source = cell.Source.Replace(Reference, library.Lines, StringComparison.Ordinal);
            yield return (path, notebook.ToJson());
            if (path.StartsWith(Instructors, StringComparison.Ordinal))
                yield return (Students + path[Instructors.Length..], StudentVersion.Of(notebook, path).ToJson());
        }
        if (library.Source is { } source)
            yield return ("nuget.config", new XElement("configuration", new XElement("packageSources", new XElement("add", new XAttribute("key", "course"), new XAttribute("value", source)))) + "\n");
    }
}
