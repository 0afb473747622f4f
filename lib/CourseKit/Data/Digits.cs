namespace CourseKit.Data;

/// <summary>
/// 1,797 real handwritten digits, 8x8 grey. They are the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998)
/// and ship with the course (data/README.md has source and licence).
/// </summary>
public static class Digits
{
    internal const string ImagesFile = "digits-images-idx3-ubyte.gz";
    internal const string LabelsFile = "digits-labels-idx1-ubyte.gz";

    /// <summary>
    /// Loads the digits: float32 in [-1, 1] (paper -1, ink 1), shape (N, 1, 8, 8), labels 0..9. Counting the rows of the original file
    /// from 1, the 898 even rows are the training part and the 899 odd rows are held out.
    /// </summary>
    /// <exception cref="DatasetNotFoundException">The digits are in none of the folders that are searched (<see cref="Datasets"/>).</exception>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DataSplit Load() => Datasets.Load("digits");

    internal static DataSplit Load(string images, string labels)
    {
        var info = Datasets.Named("digits");
        using var whole = IdxFile.ReadSet("digits", images, labels, 16, info.ClassNames, info.Title);
        return whole.Split(firstOfTraining: 1);
    }
}
