namespace CourseKit.Kernel.Grading;

/// <summary>A file of a class's folder or zip that belongs to a student.</summary>
/// <param name="Student">The student's name as the file's name tells it.</param>
/// <param name="OwnPath">The path of the file without the student's folder or the platform's prefix.</param>
/// <param name="IsStudents">Whether the file is called as the student is. Then it need not have the assignment's name.</param>
/// <param name="Platform">The parts of the platform's name; null if it has another name.</param>
/// <param name="File">The file.</param>
internal sealed record StudentFile(string Student, string OwnPath, bool IsStudents, PlatformName? Platform, ClassFile File)
{
    /// <summary>The name that the student gave, without folders.</summary>
    public string OwnName => OwnPath[(OwnPath.LastIndexOf('/') + 1)..];

    /// <summary>How many of the student's folders the file lies in.</summary>
    public int Depth => OwnPath.Count(letter => letter == '/');

    /// <summary>Whose file it is; null if it belongs to no student, such as a list of the class that lies beside the notebooks.</summary>
    public static StudentFile? Of(ClassFile file)
    {
        if (PlatformName.Of(file.Name) is { } platform)
            return new(platform.Student, platform.File, IsStudents: false, platform, file);
        var end = file.Name.IndexOf('/', StringComparison.Ordinal);
        if (end < 0 && !file.IsNotebook && !file.IsFolder)
            return null;
        // A folder is called as the student is, also where somebody gave it the ending of a notebook.
        var first = end < 0 ? file.Name : file.Name[..end];
        var student = first.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) ? first[..^6] : first;
        return new(student, end < 0 ? first : file.Name[(end + 1)..], IsStudents: end < 0 && file.IsNotebook, null, file);
    }
}
