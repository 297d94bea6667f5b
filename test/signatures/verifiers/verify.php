<?php
// Signs every vector of the file named first, with nothing but the standard library; prints how many came out the same.
$vectors = json_decode(file_get_contents($argv[1]), true, 512, JSON_THROW_ON_ERROR);
foreach ($vectors as $vector) {
    $key = base64_decode(substr($vector['secret'], strlen('whsec_')), true);
    $mac = hash_hmac('sha256', "{$vector['id']}.{$vector['timestamp']}.{$vector['body']}", $key, true);
    $signature = 'v1,' . base64_encode($mac);
    if (!hash_equals($vector['signature'], $signature)) {
        fwrite(STDERR, "{$vector['about']}: $signature\n");
        exit(1);
    }
}
echo count($vectors), "\n";
