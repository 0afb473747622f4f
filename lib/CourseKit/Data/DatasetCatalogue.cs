namespace CourseKit.Data;

/// <summary>
/// The data sets that have names. The SHA-256 values of what ships belong to the files in data/. The SHA-256 values of the three published sets are
/// those that TensorFlow Datasets uses to check its downloads.
/// </summary>
internal static class DatasetCatalogue
{
    public static IReadOnlyList<DatasetInfo> All { get; } =
    [
        new("digits", "1,797 handwritten digits, 8x8 (UCI Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak, 1998; CC BY 4.0)", Numerals,
            [
                new(Digits.ImagesFile, 44098, "c41c947a1014aa9bb82e371b01f16724f9ef929893351173edcc47aa0fc03930"),
                new(Digits.LabelsFile, 145, "147c9192405199869317e6d9c62ea444f9770c3f8c6dd65035ba3a3690cc5460"),
            ], []),
        new("avatars", "2,880 cartoon faces, drawn by the course itself in 16x16, 24x24 or 32x32 pixels", [], [], []),
        new("mnist", "MNIST, all 70,000 handwritten digits, 28x28 (Y. LeCun, C. Cortes, C. Burges, 1998; CC BY-SA 3.0)", Numerals,
            [
                new("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                new("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                new("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                new("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
            ],
            [new("https://ossci-datasets.s3.amazonaws.com/mnist/"), new("https://storage.googleapis.com/cvdf-datasets/mnist/")]),
        new("fashion-mnist", "70,000 pieces of clothing, 28x28 (H. Xiao, K. Rasul, R. Vollgraf, 2017; MIT)",
            ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"],
            [
                new("train-images-idx3-ubyte.gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"),
                new("train-labels-idx1-ubyte.gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                    "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"),
                new("t10k-images-idx3-ubyte.gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                    "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"),
                new("t10k-labels-idx1-ubyte.gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                    "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"),
            ],
            [
                new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
                new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            ]),
        new("kmnist", "70,000 cursive Japanese characters, 28x28 (T. Clanuwat et al., CODH, 2018; CC BY-SA 4.0)",
            ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
            [
                new("train-images-idx3-ubyte.gz", 18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
                new("train-labels-idx1-ubyte.gz", 29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
                new("t10k-images-idx3-ubyte.gz", 3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
                new("t10k-labels-idx1-ubyte.gz", 5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
            ],
            [new("https://codh.rois.ac.jp/kmnist/dataset/kmnist/")]),
        new("portraits", "100,000 cartoon faces with finer features, drawn by the course itself in 32x32 or 64x64 pixels", [], [], []),
    ];

    /// <summary>What lies in the course's data/. A complete set of the same name goes before the part that is here.</summary>
    public static IReadOnlyList<DatasetInfo> Shipped { get; } =
    [
        All[0],  // the digits
        new("mnist", "MNIST, 12,000 of 60,000 handwritten digits to train on and the next 3,000 held out, 28x28 "
            + "(Y. LeCun, C. Cortes, C. Burges, 1998; CC BY-SA 3.0); `coursekit data fetch mnist` brings all 70,000", Numerals,
        [
            new("mnist-training-images-idx3-ubyte.gz", 1928150, "46f589e77b12d1fdafdb8bb74390d08fa23861f7815f1506adbf64cedbdcf6f6"),
            new("mnist-training-labels-idx1-ubyte.gz", 5975, "56eb3e45f55e87ab4169a54426ef5691205b58ceb3a98fe17d08a3078c4abb73"),
            new("mnist-held-out-images-idx3-ubyte.gz", 482374, "0c5075103cdc021ae3aed4f852db79ac46be20dc92dc54043487ed7771a699b4"),
            new("mnist-held-out-labels-idx1-ubyte.gz", 1541, "46cf16b1121bcf0b55484fd783c8ff93a8d9ca20c630bc5db1e632b1733fa6dc"),
        ], []),
    ];

    private static IReadOnlyList<string> Numerals => [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
}
